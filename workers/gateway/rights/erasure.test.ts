import { expect, it } from "vitest";
import { fail } from "../../../contracts/reply.ts";
import { ann, operator, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const ENDED = { sessions: 1, closed: 2, pending: 0 };

it("[RI10] the own account is erased for its password, with where the request came from", async () => {
  const { call, calls } = testGateway();
  const response = await call("DELETE", "/api/v1/accounts/me", tokenOf(ann), { password: "x" });
  expect([response.status, await response.json()]).toEqual([200, ENDED]);
  expect(calls).toEqual([{ method: "eraseUser", args: [ann, "", "x", expect.any(String)] }]);
});

it("[RI11] without a password, or with fields that nobody knows, nothing is asked", async () => {
  for (const body of [{}, { password: "" }, { password: "x", name: "bob" }]) {
    const { call, calls } = testGateway();
    expect((await call("DELETE", "/api/v1/accounts/me", tokenOf(ann), body)).status).toBe(400);
    expect(calls).toEqual([]);
  }
  const { call } = testGateway({ eraseUser: () => fail("credentials") });
  expect((await call("DELETE", "/api/v1/accounts/me", tokenOf(ann), { password: "x" })).status).toBe(401);
});

it("[RI11] administrators name whom they erase", async () => {
  const { call, calls } = testGateway();
  const response = await call("DELETE", "/api/v1/admin/users/bob%20b", tokenOf(operator));
  expect([response.status, await response.json()]).toEqual([200, ENDED]);
  expect(calls).toEqual([{ method: "eraseUser", args: [operator, "bob b", null] }]);
  const nobody = testGateway({ eraseUser: () => fail("notFound") });
  expect((await nobody.call("DELETE", "/api/v1/admin/users/bob", tokenOf(operator))).status).toBe(404);
});

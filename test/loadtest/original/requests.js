// What the original's scripts have in common, in plain JavaScript as they are: bodies, checks and tags of each request.
import { check } from "k6";
import http from "k6/http";

const BASE_URL = __ENV.API_BASE_URL || "http://localhost:7070";
const PASSWORD = "load-test-password";
const TAGS = { step: "1", vus: "2", phase: "steady" };

/** Two users for two seconds, as k6's own options. Every check of every request must hold. */
export const short = { vus: 2, duration: "2s", thresholds: { checks: ["rate==1"] } };

/** A request as the original's scripts make it and check it: HTTP 200 and code 0. Answers the data. */
export function call(name, path, body) {
  const params = { headers: { "Content-Type": "application/json" }, tags: { name, ...TAGS } };
  const response = http.post(BASE_URL + path, JSON.stringify(body), params);
  check(response, {
    [`${name}: status is 200`]: ({ status }) => status === 200,
    [`${name}: code is 0`]: (answer) => answer.json("code") === 0,
  });
  return response.json("data");
}

/** A registration under a new name, which gives a token. */
export function register() {
  const userName = `original_${__VU}_${Date.now()}_${Math.floor(Math.random() * 1e9)}`;
  const authToken = call("register", "/user/register", { userName, passWord: PASSWORD });
  checkToken("register", authToken);
  return { userName, passWord: PASSWORD, authToken };
}

/** A login, which gives a token. */
export function login({ userName, passWord }) {
  const authToken = call("login", "/user/login", { userName, passWord });
  checkToken("login", authToken);
  return authToken;
}

/** Whose a token is: userId, a number, and userName. */
export function checkAuth({ authToken, userName }) {
  const data = call("checkAuth", "/user/checkAuth", { authToken });
  check(data, {
    "checkAuth: userId is a number above 0": ({ userId }) => typeof userId === "number" && userId > 0,
    "checkAuth: userName is the own": (said) => said.userName === userName,
  });
  return data.userId;
}

/** setup() of every script that needs users: registers them through the API. */
export function registerUsers(count = 3) {
  return Array.from({ length: count }, () => {
    const user = register();
    return { ...user, userId: checkAuth(user) };
  });
}

/** The user of this virtual user. */
export function own(users) {
  return users[__VU % users.length];
}

/** Any of them. */
export function any(users) {
  return users[Math.floor(Math.random() * users.length)];
}

/** One of the rooms 1 to 10. */
export function anyRoom() {
  return Math.floor(Math.random() * 10) + 1;
}

function checkToken(name, authToken) {
  check(authToken, { [`${name}: a token is there`]: (token) => typeof token === "string" && token.length > 0 });
}

import { expect, it } from "vitest";
import { Seats } from "./seats.ts";

const ann = { id: 1, name: "ann" };

it("[RK2] a user is here until the last of the user's connections is gone", () => {
  const seats = new Seats();
  seats.come("tab 1", "7", ann);
  seats.come("tab 2", "7", ann);
  expect(seats.go("tab 1")).toEqual(["7:1"]);
  expect(seats.whereabouts("7:1")).toEqual({ room: "7", userId: "1", name: "ann", isHere: true });
  seats.go("tab 2");
  expect(seats.whereabouts("7:1")).toEqual({ room: "7", userId: "1", name: null, isHere: false });
});

it("[RK2] a connection that comes again elsewhere has left where it was; a second leaving changes nothing", () => {
  const seats = new Seats();
  seats.come("tab", "7", ann);
  expect(seats.come("tab", "8", ann)).toEqual(["7:1", "8:1"]);
  expect(seats.fields).toEqual(["8:1"]);
  expect(seats.whereabouts("7:1")).toMatchObject({ name: null, isHere: true });
  seats.go("tab");
  expect(seats.go("tab")).toEqual([]);
});

it("[RK1] only numbered rooms have keys", () => {
  const seats = new Seats();
  for (const room of ["lounge", "0", "01", "-1", "1:2", ""]) expect(seats.come(room, room, ann)).toEqual([]);
  expect(seats.fields).toEqual([]);
});

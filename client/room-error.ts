import type { FailureName } from "../contracts/failures.ts";

/** Why a send, a question or a whole connection failed for good. `failure` is a row of contracts/failures.ts, or "closed". */
export class RoomError extends Error {
  override readonly name = "RoomError";
  readonly failure: FailureName | "closed";

  constructor(failure: FailureName | "closed", message: string) {
    super(message);
    this.failure = failure;
  }
}

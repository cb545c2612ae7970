import type { FailureName } from "../../contracts/failures.ts";
import type { CarrierSeat, CarrierStub, Delivery } from "../../contracts/objects.ts";
import { digestSeats } from "../../contracts/seat-digest.ts";

/** A carrier for tests: it notes what it is told, and answers when and what the test says. */
export class FakeCarrier implements CarrierStub {
  /** The seqs of what was delivered. */
  readonly delivered: number[] = [];
  /** What it was told of seats that end. */
  readonly dismissed: { readonly failure: FailureName; readonly userId: number | undefined }[] = [];
  asked = 0;
  seated: readonly CarrierSeat[] = [];
  /** Calls wait for it: a test holds them back or lets them fail. */
  gate: Promise<unknown> = Promise.resolve();

  async deliver({ events }: Delivery): Promise<string> {
    await this.gate;
    this.delivered.push(...events.map(({ seq }) => seq));
    return this.#digest();
  }

  async tell(): Promise<string> {
    await this.gate;
    return this.#digest();
  }

  /** Answers what was true when it was asked. */
  async seats(): Promise<readonly CarrierSeat[]> {
    this.asked++;
    const seated = this.seated;
    await this.gate;
    return seated;
  }

  async dismiss(_room: string, failure: FailureName, userId?: number): Promise<void> {
    this.dismissed.push({ failure, userId });
    this.seated = this.seated.filter((seat) => userId !== undefined && seat.userId !== userId);
  }

  async direct(): Promise<void> {}

  async revoke(): Promise<number> {
    return 0;
  }

  async fetch(): Promise<Response> {
    return new Response(null, { status: 503 });
  }

  #digest(): string {
    return digestSeats(this.seated.map(({ connection }) => connection));
  }
}

import type { Asked, Fault } from "../faults/worker/breakable.ts";
import type { PostedOrder } from "../faults/worker/ordered-gateway.ts";
import { call } from "./rest.ts";
import { Server } from "./server.ts";

export type ServiceName = "auth" | "chatroom" | "chat";

/** The four workers on one bare runtime, any of which a test can take away and give back while they run. */
export class FaultyServices {
  readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(): Promise<FaultyServices> {
    return new FaultyServices(await Server.start());
  }

  get url(): string {
    return this.server.url;
  }

  /** Breaks a service, or a class of objects that its worker owns, from now on. */
  async break(name: ServiceName, fault: Fault, target = "default"): Promise<void> {
    await this.#order({ binding: name.toUpperCase(), target, fault });
  }

  /** Gives it back. Answers how often each method was asked since it was broken. */
  mend(name: ServiceName, target = "default"): Promise<Asked> {
    return this.#order({ binding: name.toUpperCase(), target, fault: null });
  }

  /** Divides the gateway's deadlines, from now on; 1 is production. */
  async hurry(by: number): Promise<void> {
    await this.#order({ hurry: by });
  }

  #order(order: PostedOrder): Promise<Asked> {
    return call<Asked>(this.url, "POST", "/test-orders", { body: order });
  }
}

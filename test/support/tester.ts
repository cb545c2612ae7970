import { join } from "node:path";
import {
  type ClientReadableStream,
  credentials,
  makeClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";

const PROTOS = join(import.meta.dirname, "../../contracts/proto");
const BATCH_SIZE = 200;
const ATTEMPTS = 4;
const RETRIED: readonly number[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.UNKNOWN,
];

type Fields = Readonly<Record<string, unknown>>;
type Client = InstanceType<ReturnType<typeof makeClientConstructor>>;
export type TesterUser = { readonly username: string; readonly password: string };
/** How many calls of a kind there were, and how many of them failed: what the original's tester prints. */
export type Measure = { count: number; err: number };
type Kind = "login" | "create_room" | "enter_room" | "send_message";
type Member = { readonly name: string; readonly auth: Fields };

/**
 * What the original's tester does, written from the facts: one channel for each address, no metadata, no deadlines, calls
 * in batches of 200. It never fails by itself; its measures tell.
 */
export class Tester {
  readonly measures: Record<Kind, Measure> = {
    login: { count: 0, err: 0 },
    create_room: { count: 0, err: 0 },
    enter_room: { count: 0, err: 0 },
    send_message: { count: 0, err: 0 },
  };
  readonly #login: Client;
  readonly #gateway: Client;

  constructor(loginPort: number, gatewayPort: number) {
    this.#login = connect("auth.proto", "auth.LoginService", loginPort);
    this.#gateway = connect("gateway.proto", "gateway.GatewayService", gatewayPort);
  }

  close(): void {
    this.#login.close();
    this.#gateway.close();
  }

  /** Scenarios 1, 2 and 4 to 7: who could log in. */
  async logIn(users: readonly TesterUser[]): Promise<readonly Member[]> {
    const members: Member[] = [];
    await inBatches(users, async (user) => {
      const reply = await this.#measured("login", () => ask(this.#login, "Login", user));
      if (reply?.credential) members.push({ name: user.username, auth: { credential: reply.credential } });
    });
    return members;
  }

  /** Scenario 3: the texts that came on the stream, and the code that a stranger's GetPeople ends with. */
  async area51(user: TesterUser, awaited: (texts: readonly string[]) => Promise<void>) {
    const [member] = await this.logIn([user]);
    if (member === undefined) throw new Error("nobody is logged in");
    const room = { auth: member.auth, room_name: "Area 51" };
    const place = { ...room, person_name: member.name };
    await this.#open(place);
    const stream: ClientReadableStream<Fields> = this.#gateway.Subscribe?.(place);
    const texts: string[] = [];
    stream.on("data", ({ text }: Fields) => texts.push(String(text)));
    stream.on("error", () => {}); // it is cancelled below
    const send = (text: string) => {
      const message = { ...place, text, client_ts_ms: Date.now(), msg_id: "" };
      return this.#measured("send_message", () => ask(this.#gateway, "SendMessage", message));
    };
    await Promise.all(["hello from area 51", "second message"].map(send));
    await awaited(texts);
    const { messages } = await ask(this.#gateway, "GetHistory", { ...room, limit: 5 });
    const left = await ask(this.#gateway, "LeaveRoom", place);
    stream.cancel();
    const stranger = { auth: { credential: "carl" }, room_name: "Area 51" };
    const strangersCode = await ask(this.#gateway, "GetPeople", stranger).then(() => status.OK, codeOf);
    return { history: (messages as readonly Fields[]).map(({ text }) => text), left, strangersCode };
  }

  /** Scenarios 8 to 11: everybody logs in and enters one room, and then each says something, `rounds` times. */
  async chat(users: readonly TesterUser[], roomName: string, rounds: number): Promise<void> {
    const members = await this.logIn(users);
    const place = ({ auth, name }: Member) => ({ auth, room_name: roomName, person_name: name });
    const [first, ...others] = members;
    if (first === undefined) throw new Error("nobody is logged in");
    await this.#open(place(first));
    await inBatches(others, (member) => this.#enter(place(member)));
    for (let round = 0; round < rounds; round++) {
      await inBatches(members, async (member) => {
        const msg_id = `${member.name}-${Date.now()}-${crypto.randomUUID().slice(0, 8)}`;
        const message = { ...place(member), text: `round ${round}`, client_ts_ms: Date.now(), msg_id };
        await this.#measured("send_message", () => ask(this.#gateway, "SendMessage", message));
      });
    }
  }

  /** What GetPeople and GetHistory say of a room. */
  async look(user: TesterUser, roomName: string) {
    const [member] = await this.logIn([user]);
    const room = { auth: member?.auth, room_name: roomName };
    const { people } = await ask(this.#gateway, "GetPeople", room);
    const { messages } = await ask(this.#gateway, "GetHistory", { ...room, limit: 200 });
    return { people: people as readonly string[], messages: messages as readonly Fields[] };
  }

  async #open(place: Fields): Promise<void> {
    await this.#measured("create_room", () => tolerant(() => ask(this.#gateway, "CreateRoom", place)));
    await this.#enter(place);
  }

  async #enter(place: Fields): Promise<void> {
    await this.#measured("enter_room", () => tolerant(() => ask(this.#gateway, "EnterRoom", place)));
  }

  async #measured(kind: Kind, call: () => Promise<Fields>): Promise<Fields | null> {
    this.measures[kind].count += 1;
    try {
      return await call();
    } catch {
      this.measures[kind].err += 1;
      return null;
    }
  }
}

function connect(path: string, name: string, port: number): Client {
  const definition = loadSync(join(PROTOS, path), { keepCase: true, longs: String, defaults: true });
  const Service = makeClientConstructor(definition[name] as ServiceDefinition, name);
  return new Service(`127.0.0.1:${port}`, credentials.createInsecure());
}

function ask(client: Client, method: string, request: Fields): Promise<Fields> {
  return new Promise((resolve, reject) => {
    client[method]?.(request, (error: ServiceError | null, reply: Fields) => {
      if (error === null) resolve(reply);
      else reject(error);
    });
  });
}

/** Rooms: a room that is there and a person who is in are fine, and what may pass is tried four times. */
async function tolerant(call: () => Promise<Fields>): Promise<Fields> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (codeOf(error) === status.ALREADY_EXISTS) return {};
      if (attempt === ATTEMPTS || !RETRIED.includes(codeOf(error))) throw error;
    }
  }
}

function codeOf(error: unknown): number {
  return (error as ServiceError).code;
}

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH_SIZE) {
    await Promise.all(items.slice(at, at + BATCH_SIZE).map(work));
  }
}

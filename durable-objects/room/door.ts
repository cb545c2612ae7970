import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { noteAwake } from "../../contracts/metrics.ts";
import type { Namespace, UserStub } from "../../contracts/objects.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Room } from "./room.ts";
import type { Caller } from "./room-context.ts";

type Users = Namespace<Pick<UserStub, "check">>;

/** Who may act in a room: every call of its object comes through here. */
export class Door {
  readonly #users: Users;
  readonly #now: () => Room;

  /** `now` answers the room's present life: it is asked anew after every await. */
  constructor(users: Users, now: () => Room) {
    this.#users = users;
    this.#now = now;
  }

  /** The room is awake. */
  note(): void {
    noteAwake(this.#now().name, Date.now());
  }

  /** Lets in whose session lives, who need not be allowed to use the room. */
  async asPerson<T>(
    identity: Identity,
    act: (room: Room, person: Person) => Reply<T> | Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    this.note();
    const person = await this.#now().sessions.admit(identity);
    return person.ok ? act(this.#now(), person.value) : person;
  }

  /** Lets somebody who may use the room do something in the turn of that check, so that no deletion falls between. */
  asGuest<T>(identity: Identity, act: (room: Room, person: Person) => Reply<T> | Promise<Reply<T>>): Promise<Reply<T>> {
    return this.asPerson(identity, (room, person) => {
      const allowed = room.membership.mayUse(person.id);
      return allowed.ok ? act(room, person) : allowed;
    });
  }

  /** The same for a seat: there is none in a conversation with somebody who does not exist. */
  async asCompany<T>(
    identity: Identity,
    act: (room: Room, person: Person) => Reply<T> | Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    const nobody = await this.#refuseNobody(identity);
    return nobody ?? this.asGuest(identity, act);
  }

  /** The same for what depends on what the caller is here. */
  asCaller<T>(
    identity: Identity,
    act: (room: Room, caller: Caller) => Reply<T> | Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    const { sessionId } = identity;
    return this.asGuest(identity, (room, person) =>
      act(room, { person, sessionId, standing: room.standingOf(person.id) }),
    );
  }

  /** For what an administrator may do without using the room: `act` decides who else may. */
  asManager<T>(
    identity: Identity,
    act: (room: Room, by: Person, admin: boolean) => Reply<T> | Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    return this.asPerson(identity, async (_, person) => {
      const admin = await this.#isAdmin(identity);
      const room = this.#now();
      // The session may have ended meanwhile: logout comes first. [RR3]
      return room.sessions.isDead(identity.sessionId) ? fail("session") : act(room, person, admin);
    });
  }

  /** In its own turn: between the check that a session lives and its seat nothing is waited for. */
  async #refuseNobody(identity: Identity): Promise<Refusal | null> {
    if (this.#now().conversation.isWithSomebody) return null;
    const met = await this.asGuest(identity, async ({ conversation }) => {
      return (await conversation.refuseNobody()) ?? ok(null);
    });
    return met.ok ? null : met;
  }

  async #isAdmin({ userId, sessionId }: Identity): Promise<boolean> {
    const user = await this.#users.getByName(String(userId)).check(sessionId);
    return user.ok && user.value.admin;
  }
}

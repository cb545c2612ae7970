import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import type { Namespace, UserStub } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { GrantedRole, Moderated, ModerationAct, RoomDescription, RoomMember } from "../../contracts/rooms.ts";
import type { Door } from "./door.ts";

type Users = Namespace<Pick<UserStub, "person" | "hasPlaceFor">>;

/**
 * What is done to or by somebody whom the room may not know yet: the user object is asked first. Nobody wakes another
 * object who may not do it anyway, and who may is asked again behind it, because the room went on meanwhile.
 */
export class Strangers {
  readonly #users: Users;
  readonly #door: Door;

  constructor(users: Users, door: Door) {
    this.#users = users;
    this.#door = door;
  }

  /** Makes the caller a member, whose list of rooms must have a place left. */
  join(identity: Identity, invitation: string | null): Promise<Reply<RoomDescription>> {
    return this.#door.asPerson(identity, async ({ name }, { id }) => {
      const fits = await this.#user(id).hasPlaceFor(name);
      if (!fits) return fail("conflict", `you are in ${limits.ROOMS_PER_USER_MAX} rooms: leave one before you join`);
      return this.#door.asPerson(identity, (room, person) => {
        const joined = room.doors.join(person, invitation);
        return joined.ok ? ok(room.describe(person.id)) : joined;
      });
    });
  }

  /** Moderates somebody, who need not have been here. */
  async moderate(identity: Identity, act: ModerationAct): Promise<Reply<Moderated>> {
    const done = await this.#door.asCaller(identity, (room, by) => room.moderation.act(by, act));
    if (done.ok || done.failure !== "notFound") return done;
    const stranger = await this.#user(act.userId).person();
    return this.#door.asCaller(identity, (room, by) => room.moderation.act(by, act, stranger));
  }

  /** Makes somebody a member. */
  addMember(identity: Identity, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>> {
    return this.#door.asPerson(identity, async () => {
      const subject = await this.#user(userId).person();
      return this.#door.asManager(identity, ({ membership }, by, admin) =>
        membership.addMember(by, admin, subject, role),
      );
    });
  }

  #user(id: number) {
    return this.#users.getByName(String(id));
  }
}

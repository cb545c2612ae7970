import type {
  AttemptStub,
  CarrierStub,
  DirectoryStub,
  LobbyStub,
  Namespace,
  ReportsStub,
  RoomStub,
  RosterStub,
  UserStub,
} from "../../contracts/objects.ts";

/** The bindings and settings that Durable Objects read. Settings are text, as wrangler.toml and the self-host give them. */
export type ObjectEnv = {
  readonly ROOM: Namespace<RoomStub>;
  readonly CARRIER: Namespace<CarrierStub>;
  readonly USER: Namespace<UserStub>;
  readonly DIRECTORY: Namespace<DirectoryStub>;
  readonly ATTEMPT: Namespace<AttemptStub>;
  readonly ROSTER: Namespace<RosterStub>;
  readonly LOBBY: Namespace<LobbyStub>;
  readonly REPORTS: Namespace<ReportsStub>;
  readonly TOKEN_KEYS: string;
  readonly ATTEMPTS_PER_NAME: string;
  readonly ATTEMPTS_PER_ADDRESS: string;
  readonly SENDS_PER_USER: string;
  readonly SENDS_PER_ROOM: string;
};

/** Every technical limit, with its unit in its name. Served at GET /api/v1/limits and described in docs/spec.md. */
export const limits = {
  /** A message body, in bytes of UTF-8. */
  BODY_BYTES_MAX: 32_768,
  /** One WebSocket frame from a native client, which may hold several protocol frames. */
  FRAME_BYTES_MAX: 262_144,
  /** Protocol frames in one WebSocket frame. */
  FRAMES_PER_MESSAGE_MAX: 512,
  /** The first frame of a gochat client: {authToken, roomId}. */
  JOIN_FRAME_BYTES_MAX: 4_096,
  /** Join frames of one gochat socket that wait for the one before. */
  JOIN_FRAMES_WAITING_MAX: 8,
  /** A REST request body. */
  REQUEST_BYTES_MAX: 131_072,
  /** A request body of the administrator's bulk routes. */
  BULK_REQUEST_BYTES_MAX: 8_388_608,
  /** Accounts in one request of the administrator's bulk routes. */
  BULK_ACCOUNTS_MAX: 500,
  /** A reaction's emoji, in bytes of UTF-8. */
  EMOJI_BYTES_MAX: 64,
  /** Different emoji on one message; how many people put each is not limited. */
  REACTIONS_PER_MESSAGE_MAX: 50,
  /** A client's id for one send or change, in characters. */
  CLIENT_ID_CHARS_MAX: 128,
  /** People that one message names with @; further ones are text alone. */
  MENTIONS_PER_MESSAGE_MAX: 50,
  PINS_PER_ROOM_MAX: 100,
  ROOM_TITLE_CHARS_MAX: 100,
  ROOM_TOPIC_CHARS_MAX: 500,
  /** The longest wait between two messages of a user that a room's owner can ask for. */
  SLOW_MODE_SECONDS_MAX: 21_600,
  /** The shortest time that a room can keep its log for; what is older is gone a minute later at most. */
  RETENTION_SECONDS_MIN: 60,
  /** Invitations of a room that are not used up, expired or revoked. */
  INVITATIONS_PER_ROOM_MAX: 100,
  INVITATION_USES_MAX: 10_000,
  /** How long an invitation lives that says nothing else. */
  INVITATION_SECONDS_DEFAULT: 604_800,
  /** The longest life of an invitation that ends by itself. */
  INVITATION_SECONDS_MAX: 31_536_000,
  /** Users whom the creator of a group names. */
  GROUP_MEMBERS_MAX: 100,
  /** Messages of one room that one user reports. */
  REPORTS_PER_USER_MAX: 100,
  /** A reason, a report's text and what was decided on it. */
  REASON_CHARS_MAX: 500,
  /** A mute; who should be silent for longer is made read-only. */
  MUTE_SECONDS_MAX: 31_536_000,
  /** Mutes that run and bans, of one room. */
  RESTRICTIONS_PER_ROOM_MAX: 10_000,
  BLOCKS_PER_USER_MAX: 1_000,
  /** Rooms in one user's inbox: joining one more is refused. */
  ROOMS_PER_USER_MAX: 10_000,
  INBOX_SOCKETS_PER_USER_MAX: 100,
  /** The text of the newest message in an inbox. */
  INBOX_EXCERPT_CHARS_MAX: 200,
  /** Rooms that one inbox asks at the same time. */
  INBOX_WIDTH: 32,
  /** Seats up to which delivered and read marks are told live; in fuller rooms they are read over REST. */
  MARKS_LIVE_SEATS_MAX: 100,
  /** Older versions of one message in its author's own export, the newest of them. */
  OWN_VERSIONS_MAX: 500,
  /** One line of an import: the first one names everybody who belongs to the room. */
  IMPORT_LINE_BYTES_MAX: 8_388_608,
  /** The highest seq of an import, and the highest of its counts: what comes behind them is still counted exactly. */
  IMPORT_SEQ_MAX: 1_099_511_627_776,
  /** How long an import that does not go on keeps its room's name. */
  IMPORT_IDLE_MS_MAX: 600_000,
  /** The NDJSON of an import. */
  IMPORT_BYTES_MAX: 67_108_864,
  /** Events that an import hands to the room at once. */
  IMPORT_EVENTS_MAX: 500,
  USER_NAME_CHARS_MAX: 64,
  ROOM_NAME_CHARS_MAX: 64,
  /** Passwords on the native API; gochat's surface takes 1 to PASSWORD_CHARS_MAX. */
  PASSWORD_CHARS_MIN: 8,
  PASSWORD_CHARS_MAX: 128,
  /** Live sessions of one user; the one that is oldest ends when another begins. */
  SESSIONS_PER_USER_MAX: 10_000,
  /** Sockets that a room holds itself, and seats that it knows through carriers. */
  SEATS_PER_ROOM_MAX: 10_000,
  /** People who have entered a room: with the longest names their list is what one call of an object can answer. */
  PEOPLE_PER_ROOM_MAX: 100_000,
  /** Members up to which others are added or join. */
  MEMBERS_PER_ROOM_MAX: 100_000,
  /** Sockets of one carrier. */
  SEATS_PER_CARRIER_MAX: 2_000,
  /** Seats that one replica of the origin holds through its uplink. */
  SEATS_PER_UPLINK_MAX: 10_000,
  /** One WebSocket frame of an uplink, in either direction. */
  UPLINK_FRAME_BYTES_MAX: 8_388_608,
  /** Requests in one WebSocket frame of an uplink. */
  UPLINK_REQUESTS_PER_FRAME_MAX: 4_096,
  /** Bytes that the edge has on their way to a replica that has not read them. */
  UPLINK_WINDOW_BYTES: 8_388_608,
  /** Bytes past which an uplink is closed at once: answers do not wait for the window as events do. */
  UPLINK_UNREAD_BYTES_MAX: 33_554_432,
  /** An uplink whose replica reads nothing for this long is closed, and its seats with it. */
  UPLINK_STALL_MS_MAX: 10_000,
  /** Sends of a room that go from an uplink to the room in one call. */
  UPLINK_BATCH_SENDS_MAX: 1_000,
  /** Sends and pages that wait for the edge's answer on one uplink; past that they are refused. */
  UPLINK_ASKS_MAX: 32_768,
  /** Bytes of requests that an uplink has not taken yet; past that sends and pages are refused. */
  UPLINK_QUEUE_BYTES_MAX: 33_554_432,
  /** Of one room's events, what a replica keeps for late seats or behind a gap; past that it reads them from the log. */
  FEED_BYTES_MAX: 1_048_576,
  /** How long a process of the origin takes to stop; what is left then is closed. */
  DRAIN_MS_MAX: 10_000,
  /** A TCP frame of gochat: version, length and body. */
  TCP_FRAME_BYTES_MAX: 32_767,
  /** What waits for a TCP client that does not read; then it is closed. */
  TCP_BUFFER_BYTES_MAX: 4_194_304,
  /** Frames of one TCP client that wait for the ones before. Past that its socket is not read until they are through. */
  TCP_FRAMES_WAITING_MAX: 256,
  /** The same, in bytes of their bodies. */
  TCP_WAITING_BYTES_MAX: 131_072,
  /** Messages that the origin keeps of all its clients while the edge is away. */
  OUTBOX_MESSAGES_MAX: 10_000,
  /** How long after the edge went away the origin goes on taking messages for it. What was taken is kept until it is sent. */
  OUTBOX_MS_MAX: 60_000,
  /** Bytes of texts that one replica of the origin keeps while the edge is away. */
  OUTBOX_BYTES_MAX: 67_108_864,
  /** Kept messages on their way to the edge at the same time, each of another session. */
  OUTBOX_WIDTH: 64,
  /** Kept messages of one session that go to a room in one call, and the bytes of their texts. */
  OUTBOX_SERIES_MAX: 256,
  OUTBOX_SERIES_BYTES_MAX: 1_048_576,
  /** What waits for a Subscribe on the origin whose caller does not read; then it reads on from the log. */
  SUBSCRIBER_BYTES_MAX: 1_048_576,
  /** Bytes that a native seat may have unacknowledged: min(WINDOW_BYTES_MAX, WINDOW_BYTES_PER_ROOM / seats). */
  WINDOW_BYTES_MAX: 262_144,
  WINDOW_BYTES_PER_ROOM: 33_554_432,
  /** Sends that wait for the log in one room. */
  QUEUE_SENDS_MAX: 16_384,
  /** Bytes of bodies that wait for the log in one room. */
  QUEUE_BYTES_MAX: 33_554_432,
  /** The newest events that a room keeps in memory; a carrier that falls behind them closes its seats with 1013. */
  CARRIER_BACKLOG_BYTES_MAX: 8_388_608,
  /** Events or people on one page. */
  PAGE_MAX: 200,
  PAGE_DEFAULT: 50,
  /** Pages of history and later hellos of one user on the native sockets of a room, in a second. */
  PAGES_PER_SECOND: 100,
  /** Encoded events on one page, in bytes; a page holds at least one event. */
  PAGE_BYTES_MAX: 1_048_576,
  /** Names in a welcome or a presence frame. */
  PRESENCE_NAMES_MAX: 100,
  /** Names in gochat's room info (op 5). */
  ROOM_INFO_NAMES_MAX: 1_000,
  /** The same, times the seats that one change of a room is told to: a full room is told few names, and the count. */
  ROOM_INFO_NAMES_TOLD_MAX: 100_000,
  /** A native connection without a sign of life for this long (two pings) is closed at the next sweep, 10 s later at most. */
  SILENCE_MS_MAX: 50_000,
  /** A socket that has not signed in by then is closed. */
  SIGN_IN_MS_MAX: 10_000,
  /** How long a client's id for a send is remembered, at least. */
  CLIENT_ID_DAYS_MIN: 30,
  /** The log of one room, in bytes. */
  LOG_BYTES_MAX: 8_589_934_592,
  /** Sessions in the administrators' list of live ones. */
  LIVE_SESSIONS_MAX: 10_000,
  /** Messages in a GetHistory reply, and how many without a limit. */
  RPC_HISTORY_MAX: 200,
  RPC_HISTORY_DEFAULT: 20,
  /** A message of a gRPC contract, in bytes. */
  RPC_REQUEST_BYTES_MAX: 262_144,
  /** A GetHistory reply of the origin: what a gRPC client takes that was told nothing else. */
  RPC_REPLY_BYTES_MAX: 4_194_304,
  /** Calls under way on one connection of native gRPC. */
  RPC_STREAMS_PER_CONNECTION_MAX: 20_000,
  /** A native gRPC connection that says nothing for this long is pinged, and is closed RPC_PONG_MS_MAX later. */
  RPC_PING_MS: 30_000,
  RPC_PONG_MS_MAX: 10_000,
  /** How long a SendMessage lets a Subscribe of its own session, to the same room, stand first. */
  RPC_SUBSCRIBE_WAIT_MS_MAX: 1_000,
  /** How long a seat that the edge was asked for waits for its answer: thousands may come at once, or come back. */
  SEAT_WAIT_MS_MAX: 60_000,
  /** How far a seat looks back that was asked for before it could be taken. */
  SEAT_LOOK_BACK_MS_MAX: 1_000,
  /** A Subscribe on which no message left for this long is ended, and the caller comes back with after_seq. */
  RPC_QUIET_MS_MAX: 600_000,
  /** Sign-ins and registrations under way in one isolate; past that they are refused before any object is woken. */
  SIGN_INS_MAX: 512,
  /** Password hashes that wait on a self-hosted server before logins are refused. */
  HASH_QUEUE_MAX: 512,
  /** How long a logout waits for the rooms before it answers with what is pending. */
  REVOKE_WAIT_MS_MAX: 2_000,
  /** How long a sign-in waits for the administrators' list of sessions, which learns of it later otherwise. */
  ROSTER_WAIT_MS_MAX: 100,
  /** How long the gateway waits for a service before it answers `unavailable`; it asks nothing twice. */
  SERVICE_WAIT_MS_MAX: 15_000,
  /** The same for a call that hashes a password: it may stand behind HASH_QUEUE_MAX others. */
  PASSWORD_WAIT_MS_MAX: 60_000,
  /** The same for an administrator's bulk call, which hashes up to BULK_ACCOUNTS_MAX passwords. */
  BULK_WAIT_MS_MAX: 300_000,
} as const;

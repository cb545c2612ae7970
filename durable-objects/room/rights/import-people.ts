import type { Person, RoomEvent } from "../../../contracts/event.ts";

/**
 * Who wrote something that comes with an import: the importer stays, and everybody else gets an id below 0, so that
 * nothing that is imported speaks for somebody's credential. An administrator may keep the ids. [P5] [RI16]
 */
export function toAuthor(person: Person, importer: Person, keepAuthors: boolean): Person {
  if (person.id === importer.id) return importer;
  return keepAuthors || person.id <= 0 ? person : { ...person, id: -person.id };
}

/** An event whose people are those that it has here. */
export function toLocal(event: RoomEvent, toHere: (person: Person) => Person): RoomEvent {
  const { from, subject, mentions } = event;
  return {
    ...event,
    from: toHere(from),
    ...(subject === undefined ? {} : { subject: toHere(subject) }),
    ...(mentions === undefined ? {} : { mentions: mentions.map((id) => toHere({ id, name: "" }).id) }),
  };
}

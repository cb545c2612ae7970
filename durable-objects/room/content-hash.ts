import type { Change } from "../../contracts/services.ts";

/**
 * 53 bits over a message's content, to tell a repeated send from another one under the same id. Not a defence against
 * forgery: the ids are the sender's own, so a collision that somebody builds harms nobody else.
 * Two rounds of FNV-1a (isthe.com/chongo/tech/comp/fnv) with different offsets over UTF-16 units.
 */
export function contentHash(body: string, replyTo = 0): number {
  let low = 0x811c9dc5 ^ replyTo;
  let high = 0x9747b28c ^ Math.floor(replyTo / 0x1_0000_0000);
  for (let i = 0; i < body.length; i++) {
    const unit = body.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

/** The same for a change of a message. It begins with a lone surrogate, which no message does: none has this content. */
export function changeHash(change: Change): number {
  return contentHash(`\ud800${JSON.stringify(contentOf(change))}`, change.seq);
}

function contentOf(change: Change): readonly (string | boolean)[] {
  if (change.type === "edit") return [change.type, change.body];
  if (change.type === "react") return [change.type, change.emoji, change.on];
  return change.type === "pin" ? [change.type, change.on] : [change.type];
}

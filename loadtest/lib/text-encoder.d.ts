/** contracts/native.ts needs it, of which only types are taken here. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

/** The part of @phc/format that the pool uses; the package ships no types. */
declare module "@phc/format" {
  type Phc = {
    readonly id: string;
    readonly version?: number;
    readonly params?: Record<string, string | number>;
    readonly salt?: Buffer;
    readonly hash?: Buffer;
  };
  export function serialize(phc: Phc): string;
  export function deserialize(text: string): Phc;
}

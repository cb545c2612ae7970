/** A message as the bare objects send it: the same fields that anybody's chat needs. */
export type RawEvent = { readonly seq: number; readonly user: number; readonly at: number; readonly body: string };

/** What the bare objects send. */
export type RawFrame = {
  readonly ready?: number;
  readonly ok?: readonly (readonly [id: string, seq: number])[];
  readonly after?: number;
  readonly events?: readonly RawEvent[];
};

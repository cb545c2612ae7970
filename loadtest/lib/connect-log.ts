import { moment } from "./clock.ts";
import { recordBreak, recordConnect, recordRefusal } from "./steady.ts";

/** Who counts what becomes of connections. */
export type ConnectLog = {
  /** A dial begins; it ends with one of the two. */
  readonly dialled: () => { readonly opened: () => void; readonly refused: (error: string) => void };
  /** An open connection ended that nobody here closed. */
  readonly broken: () => void;
};

/** Counts in the steady metrics of sockets. k6 tells a script no status of an upgrade that was refused (2.2.0). */
export const steadyConnects: ConnectLog = {
  dialled: () => {
    const [began, beganAtMs] = [moment(), Date.now()];
    return {
      opened: () => recordConnect(Date.now() - beganAtMs, began),
      refused: (error) => recordRefusal({ isTimeout: /timeout|deadline/i.test(error), status: 0 }, began),
    };
  },
  broken: () => recordBreak(),
};

/** Counts nothing: in setup() there are no steps. */
export const uncounted: ConnectLog = {
  dialled: () => ({ opened: () => {}, refused: () => {} }),
  broken: () => {},
};

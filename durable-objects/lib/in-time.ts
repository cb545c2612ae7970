import { settledWithin } from "./settled-within.ts";

/** The answer of work that came within `waitMs`; otherwise it throws, and the work goes on without anybody. */
export async function inTime<T>(work: Promise<T>, waitMs: number): Promise<T> {
  const answers: T[] = [];
  const noted = work.then((answer) => {
    answers.push(answer);
  });
  await settledWithin(noted, waitMs);
  if (answers.length === 0) throw new Error(`no answer within ${waitMs} ms`);
  return answers[0] as T;
}

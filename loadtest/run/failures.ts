/** The command was called wrongly: exit code 2. The message names the option or variable and says what to do. */
export class UsageError extends Error {}

/** The run could not be made: exit code 3. No k6, an edge that does not answer, a product that does not start. */
export class CannotRunError extends Error {}

/** What the command answers to its caller. */
export const ExitCode = { pass: 0, fail: 1, usage: 2, cannotRun: 3 } as const;

/** Says a failure on standard error in one paragraph, and answers its exit code. What nobody expected is thrown on. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof UsageError || error instanceof CannotRunError)) throw error;
  console.error(`loadtest: ${error.message}`);
  return error instanceof UsageError ? ExitCode.usage : ExitCode.cannotRun;
}

/** Waits until the work is done, or for `waitMs` and no longer; the work goes on either way. */
export async function settledWithin(work: Promise<unknown>, waitMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    // A timer that is left would keep the object from hibernating.
    clearTimeout(timer);
  }
}

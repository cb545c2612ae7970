/** Applies an asynchronous function to every item, at most `width` at once. Answers stand in the order of the items. */
export async function mapParallel<Item, Answer>(
  items: readonly Item[],
  width: number,
  apply: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length);
  const queue = items.entries();
  const lane = async () => {
    for (const [at, item] of queue) answers[at] = await apply(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return answers;
}

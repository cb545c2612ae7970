/** Reads a setting that is a whole number of at least `min`. Throws and names the variable that is wrong. */
export function readInteger(name: string, text: string | undefined, min: number): number {
  const value = Number(text);
  if (text === undefined || text.trim() === "" || !Number.isSafeInteger(value) || value < min) {
    throw new Error(`${name} must be an integer of at least ${min}, got ${JSON.stringify(text)}`);
  }
  return value;
}

import type { Unit } from "./measures.ts";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** What stands where nothing was measured. */
export const NOTHING = "–";

/** A figure without its unit, as exact as a reader can use it. A share becomes a percentage. */
export function toFigure(value: number | null, unit: Unit): string {
  if (value === null) return NOTHING;
  const shown = unit === "%" ? value * 100 : value;
  if (Math.abs(shown) < 1) return hundredths.format(shown);
  return unit === "%" || Math.abs(shown) < 100 ? tenths.format(shown) : whole.format(shown);
}

/** A figure with its unit. */
export function toQuantity(value: number | null, unit: Unit): string {
  return value === null || unit === "" ? toFigure(value, unit) : `${toFigure(value, unit)} ${unit}`;
}

/** "1 trial", "3 trials". */
export function toCount(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

import { parse } from "csv-parse/sync";
import type { BulkAccount } from "../../contracts/services.ts";

const SHA1 = /^[0-9a-f]{40}$/i;
const HEADER = /^(?:pass_?word|sha-?1|hash)/i;
const REPORTED_MAX = 10;

/**
 * Reads gochat's accounts: name and SHA-1 of the password in hex, one account a line, with or without a header.
 * Throws and names the lines that are wrong; then nothing is imported. [SH15]
 */
export function parseGochatCsv(text: string): readonly Required<BulkAccount>[] {
  const rows: string[][] = parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  const [first] = rows;
  const isHeader = first !== undefined && HEADER.test(first[1] ?? "");
  const accounts = rows.slice(isHeader ? 1 : 0).map(toAccount);
  const wrong = accounts.flatMap((account, i) => (account === null ? [i + (isHeader ? 2 : 1)] : []));
  if (wrong.length > 0) throw new Error(describe(wrong));
  return accounts.filter((account) => account !== null);
}

function toAccount([userName = "", sha1 = "", ...more]: readonly string[]): Required<BulkAccount> | null {
  const isValid = userName !== "" && SHA1.test(sha1) && more.length === 0;
  return isValid ? { userName, sha1: sha1.toLowerCase() } : null;
}

function describe(wrong: readonly number[]): string {
  const shown = wrong.slice(0, REPORTED_MAX).join(", ");
  const rest = wrong.length > REPORTED_MAX ? ` and ${wrong.length - REPORTED_MAX} more` : "";
  return `not a name and a SHA-1 in hex (40 digits): row ${shown}${rest}. Nothing was imported`;
}

/** k6 has it and its types do not. */
declare const console: { log(text: string): void; warn(text: string): void };

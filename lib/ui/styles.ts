/** The few text styles of plain output, off where they would be noise: pipes, files, NO_COLOR. */
export interface Styles {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

const code = (open: number, close: number) => (text: string) => `\x1b[${open}m${text}\x1b[${close}m`;
const same = (text: string) => text;

/** Styles for a stream: plain text unless it is a terminal and `NO_COLOR` is unset. */
export function stylesFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Styles {
  if (!stream.isTTY || env.NO_COLOR) return { dim: same, bold: same, red: same, cyan: same };
  return { dim: code(2, 22), bold: code(1, 22), red: code(31, 39), cyan: code(36, 39) };
}

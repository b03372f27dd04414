/** Writing to a reader that may go away: `npm run sql -- … | head`. */

/** Ends the process quietly when the reader of a stream is gone; other write errors stay errors. */
export function toleratePipeEnd(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/** Stops writing, and nothing else, when the reader is gone: the run behind the lines must go on. */
export function writerFor(stream: NodeJS.WritableStream): (text: string) => void {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}

import { StringDecoder } from 'node:string_decoder';

/** Splits a stream of bytes into lines as .NET's `ReadLine` does: at `\n`, `\r\n` and a lone `\r`. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that a chunk completes. */
  push(chunk: Buffer): string[] {
    return this.#split(this.#rest + this.#decoder.write(chunk));
  }

  /** What is left at the end of the stream. */
  end(): string[] {
    const lines = this.#split(`${this.#rest}${this.#decoder.end()}\n`);
    // The added \n ends a last line that has no end; it makes no line of its own.
    if (lines.at(-1) === '') lines.pop();
    return lines;
  }

  #split(text: string): string[] {
    // A \r at the very end may be half of a \r\n: it waits for the next chunk.
    const parts = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = parts.pop() ?? '';
    return parts;
  }
}

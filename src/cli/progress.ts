interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = 100;

/** How far a class is, on one line of a terminal; nothing where standard error is none. */
export class Progress {
  readonly #terminal: Terminal;
  #count = 0;
  #shown = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  step(): void {
    this.#count += 1;
    if (this.#terminal.isTTY !== true) return;
    const now = Date.now();
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#terminal.write(`\r\u001B[K${this.#count} graded`);
  }

  end(): void {
    if (this.#terminal.isTTY === true && this.#shown > 0) this.#terminal.write("\r\u001B[K");
    this.#shown = 0;
  }
}

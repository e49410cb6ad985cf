/** Bytes that arrive in pieces, as whole lines. */

/** Keeps an unfinished last line until its newline comes, also when a piece ends within a UTF-8 sequence. */
export class Lines {
  #rest = new Uint8Array(0);

  /** The lines that `piece` completes, without their newlines. */
  push(piece: Uint8Array): string[] {
    const end = piece.lastIndexOf(0x0a);
    if (end < 0) {
      this.#rest = joined(this.#rest, piece);
      return [];
    }
    const whole = joined(this.#rest, piece.subarray(0, end));
    this.#rest = piece.slice(end + 1);
    return new TextDecoder().decode(whole).split("\n");
  }

  /** Forgets an unfinished line: the file begins anew. */
  reset(): void {
    this.#rest = new Uint8Array(0);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

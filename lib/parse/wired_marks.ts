/** What the start-up hook did in one process. */
export interface WiredMark {
  /** The process. */
  readonly pid: number;
  /**
   * `loaded`: it waits for MLX; `in-force`: MLX is loaded and obeys; `absent`: this MLX wires nothing that could be kept from
   * it; `failed`: MLX could not be changed.
   */
  readonly word: "loaded" | "in-force" | "absent" | "failed";
}

const LINE = /^(\d{1,10}) (loaded|in-force|absent|failed)$/;

/**
 * Reads what start-up hooks wrote down. Fails closed: a line that is none proves nothing and is passed over.
 *
 * @param text Lines of `PID WORD`; the last one may be torn.
 */
export function parseWiredMarks(text: string): readonly WiredMark[] {
  return text.split("\n").slice(0, -1).flatMap((line) => {
    const [, pid, word] = LINE.exec(line) ?? [];
    return pid === undefined || !isWord(word)
      ? []
      : [{ pid: Number(pid), word }];
  });
}

function isWord(word: string | undefined): word is WiredMark["word"] {
  return word === "loaded" || word === "in-force" || word === "absent" ||
    word === "failed";
}

/** What stands in place of a secret. */
const MASK = "***";
/** A longer command line is cut before it is looked at; records keep 300 characters of it. */
const MAX_LENGTH = 8_192;

/** Parts of names of options and variables whose value is nobody's business (SAFETY P1). */
const SECRET_NAME =
  /key|token|secret|passw|pwd|passphrase|credential|authorization/i;
/** `--max-tokens 100` and `--tokenizer PATH` are no secrets, and the very options one wants to see. */
const HARMLESS =
  /tokens$|tokeniz|(?:eos|bos|pad|stop|max|num|image)[-_]token|token[-_](?:count|limit|ids?|budget)$|keyboard|key[-_](?:bits|size|count)$/i;
/** Tokens that are known by their look: of Hugging Face, OpenAI, GitHub, Slack; and JSON web tokens. */
const SECRET_VALUE =
  /(?:\bhf_|\bsk-|\bgh[opsu]_|\bgithub_pat_|\bxox[abp]-|\beyJ)[A-Za-z0-9_.-]{8,}/g;

/**
 * Writes a command line down without its secrets (SAFETY P1): values of options and variables named like key, token,
 * secret or password, user info in addresses, bearer and hub tokens.
 *
 * @param args The words, the program first.
 * @returns One text, the words with single spaces between them.
 */
export function maskedCommandLine(args: readonly string[]): string {
  const words: string[] = [];
  let length = 0;
  let hidesNext = false;
  for (const arg of args) {
    if (length > MAX_LENGTH) break;
    const word = arg.slice(0, MAX_LENGTH);
    words.push(hidesNext && !isOption(word) ? MASK : maskedWord(word));
    hidesNext = isSecretOption(word) || /^bearer$/i.test(word);
    length += word.length + 1;
  }
  return words.join(" ");
}

function isOption(word: string): boolean {
  return /^-{1,2}[A-Za-z]/.test(word);
}

function isSecretOption(word: string): boolean {
  return isOption(word) && !word.includes("=") && isSecretName(word);
}

/**
 * Whether an option or variable of that name holds a secret (SAFETY P1).
 *
 * @param name Its name, with or without its dashes.
 */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  const bare = name.replace(/^-+/, "");
  return SECRET_NAME.test(bare) && !HARMLESS.test(bare);
}

function maskedWord(word: string): string {
  const cut = word.indexOf("=");
  if (cut > 0 && isSecretName(word.slice(0, cut))) {
    return `${word.slice(0, cut + 1)}${MASK}`;
  }
  return maskedText(word);
}

/** A word may be a whole script: `sh -c 'curl -H "Authorization: Bearer …"'`. */
function maskedText(text: string): string {
  return text
    .replace(SECRET_VALUE, MASK)
    .replace(/\b(bearer|basic)[ ]{1,4}[^\s"']+/gi, `$1 ${MASK}`)
    .replace(/(:\/\/)[^\s/@"']{1,512}@/g, `$1${MASK}@`)
    .replace(
      /([A-Za-z][A-Za-z0-9_-]{0,63})(=|: ?)("[^"]{0,512}"|'[^']{0,512}'|[^\s"']{1,512})/g,
      (whole, name: string, mark: string) =>
        isSecretName(name) ? `${name}${mark}${MASK}` : whole,
    )
    .replace(
      /(--[A-Za-z][A-Za-z0-9_-]{0,63}) {1,4}("[^"]{0,512}"|'[^']{0,512}'|[^\s"'-][^\s"']{0,512})/g,
      (whole, name: string) => isSecretName(name) ? `${name} ${MASK}` : whole,
    );
}

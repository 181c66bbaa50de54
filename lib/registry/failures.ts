import type { ErrorClass, PanicSignature } from "../core/failure.ts";
import type {
  ErrorClassRow,
  FailureTables,
  SignatureRow,
} from "../parse/failure_text.ts";
import type { MentionMarks } from "../parse/failure_mention.ts";
import {
  compilePattern,
  type Pattern,
  type PatternData,
} from "../parse/token_match.ts";
// As text: a gate without reports never reads it, and an object of this size takes as long to build as all else here.
import text from "../../registry/failures.json" with { type: "text" };

/** `registry/failures.json`, as `scripts/build_registry.ts` writes it. */
export interface FailureData {
  /** Changes with the rest and with the program that reads reports by it. */
  readonly revision: string;
  /** In the order in which they are tried. */
  readonly classes: readonly (ErrorClass & {
    readonly isGeneric: boolean;
    readonly match: readonly PatternData[];
    readonly narrow: readonly PatternData[];
    /** Place in the order of the Python metal-guard; 0 for classes it does not know. */
    readonly narrowOrder: number;
  })[];
  /** In the order in which they are tried. */
  readonly signatures: readonly {
    readonly id: string;
    readonly explanation: string;
    readonly stopsGate: boolean;
    readonly isSuspect: boolean;
    readonly isGeneric: boolean;
    readonly byOwner: boolean;
    readonly errorClass: string;
    readonly match: readonly PatternData[];
    readonly narrow: readonly PatternData[];
  }[];
  /** How documentation and source code give themselves away. */
  readonly mentions: MentionMarks;
  /** Source of an expression that finds any of some plain words; it cannot backtrack. */
  readonly statementWords: string;
}

/**
 * Ties signatures to their classes. Everything is frozen, and made ready when it is first asked for: a gate that knows
 * its reports needs one signature, one that reads them a fifth of the patterns.
 *
 * A signature whose class is missing is left out here; `build_registry.ts` refuses such data before it is written.
 */
export function failureTables(data: FailureData): FailureTables {
  return Object.freeze(new LazyTables(() => data));
}

/** Every failure that metal-guard knows by its text. */
class LazyTables implements FailureTables {
  readonly #load: () => FailureData;
  readonly #classesByName = new Map<string, ErrorClass | undefined>();
  readonly #signaturesById = new Map<string, PanicSignature | undefined>();
  #loaded: FailureData | undefined;
  #signatures: readonly SignatureRow[] | undefined;
  #classes: readonly ErrorClassRow[] | undefined;
  #narrowClasses: readonly ErrorClassRow[] | undefined;
  #statementWords: RegExp | undefined;

  constructor(load: () => FailureData) {
    this.#load = load;
  }

  get #data(): FailureData {
    return this.#loaded ??= this.#load();
  }

  get revision(): string {
    return this.#data.revision;
  }

  get mentions(): MentionMarks {
    return this.#data.mentions;
  }

  get statementWords(): RegExp {
    return this.#statementWords ??= new RegExp(this.#data.statementWords);
  }

  get signatures(): readonly SignatureRow[] {
    return this.#signatures ??= Object.freeze(
      this.#data.signatures.flatMap(({ id, byOwner, isGeneric, ...rest }) => {
        const signature = this.findSignature(id);
        return signature === undefined ? [] : [
          patternRow(
            { signature, byOwner, isGeneric },
            rest.match,
            rest.narrow,
          ),
        ];
      }),
    );
  }

  get classes(): readonly ErrorClassRow[] {
    return this.#classes ??= Object.freeze(
      this.#data.classes.flatMap((entry) => this.#classRow(entry)),
    );
  }

  get narrowClasses(): readonly ErrorClassRow[] {
    return this.#narrowClasses ??= Object.freeze(
      this.#data.classes.filter((entry) => entry.narrowOrder > 0)
        .toSorted((a, b) => a.narrowOrder - b.narrowOrder)
        .flatMap((entry) =>
          this.classes.filter((row) => row.errorClass.name === entry.name)
        ),
    );
  }

  readonly findSignature = (id: string): PanicSignature | undefined => {
    if (!this.#signaturesById.has(id)) {
      this.#signaturesById.set(id, this.#signatureOf(id));
    }
    return this.#signaturesById.get(id);
  };

  #signatureOf(id: string): PanicSignature | undefined {
    const entry = this.#data.signatures.find((entry) => entry.id === id);
    const errorClass = entry === undefined
      ? undefined
      : this.#findClass(entry.errorClass);
    if (entry === undefined || errorClass === undefined) return undefined;
    const { explanation, stopsGate, isSuspect } = entry;
    return Object.freeze({ id, explanation, stopsGate, isSuspect, errorClass });
  }

  #findClass(name: string): ErrorClass | undefined {
    if (!this.#classesByName.has(name)) {
      this.#classesByName.set(name, this.#classOf(name));
    }
    return this.#classesByName.get(name);
  }

  #classOf(name: string): ErrorClass | undefined {
    const entry = this.#data.classes.find((entry) => entry.name === name);
    if (entry === undefined) return undefined;
    const { severity, recoveryHint, upstream, plainWords, nextStep } = entry;
    return Object.freeze({
      name,
      severity,
      recoveryHint,
      upstream,
      plainWords,
      nextStep,
    });
  }

  #classRow(entry: FailureData["classes"][number]): readonly ErrorClassRow[] {
    const errorClass = this.#findClass(entry.name);
    return errorClass === undefined ? [] : [
      patternRow(
        { errorClass, isGeneric: entry.isGeneric },
        entry.match,
        entry.narrow,
      ),
    ];
  }
}

function patternRow<Row extends object>(
  row: Row,
  match: readonly PatternData[],
  narrow: readonly PatternData[],
): Row & {
  readonly match: readonly Pattern[];
  readonly narrow: readonly Pattern[];
} {
  let matchReady: readonly Pattern[] | undefined;
  let narrowReady: readonly Pattern[] | undefined;
  return Object.freeze({
    ...row,
    get match() {
      return matchReady ??= match.map(compilePattern);
    },
    get narrow() {
      return narrowReady ??= narrow.map(compilePattern);
    },
  });
}

/** Every failure that metal-guard knows by its text. Loaded when first asked: a gate without reports never asks. */
export const FAILURE_TABLES: FailureTables = Object.freeze(
  new LazyTables(() => JSON.parse(text)),
);

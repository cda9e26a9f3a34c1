/** A text whose presence makes a rule worth trying. */
export interface Keyword {
  /** In lower case, or exactly as it is in each match when `exact` is set. */
  readonly text: string;
  readonly exact: boolean;
  /** A class of characters, such as `[a-z0-9]`, of which `tailLength` follow; empty when unknown. */
  readonly tail: string;
  readonly tailLength: number;
}

/** Content that is not a secret although it has the form of one. Expressions are those of JavaScript. */
export interface AllowedContent {
  /** What the expressions are compared with: the value, the whole match, or its lines. */
  readonly target: string;
  /** Whether an expression and a path must match, and not only one of both. */
  readonly all: boolean;
  readonly expressions: readonly string[];
  readonly paths: readonly string[];
  /** In lower case: a value that contains one is allowed. */
  readonly words: readonly string[];
}

/** A rule of the rule set: the form of one kind of key or token. */
export interface SecretRule {
  readonly id: string;
  /** A regular expression of JavaScript over bytes as Latin-1. Empty: the path alone decides. */
  readonly expression: string;
  /** Least Shannon entropy of the value in bits for each character; 0: any. */
  readonly entropy: number;
  /** The group that holds the value; 0: the first one that is not empty. */
  readonly group: number;
  /** Regular expression of the paths that the rule is for; empty: all. */
  readonly path: string;
  /** How many bytes before and after the start of a keyword a match can have. */
  readonly before: number;
  readonly after: number;
  /** Whether the form is so special that the rule is applied to binary files too. */
  readonly specific: boolean;
  readonly keywords: readonly Keyword[];
  readonly allowed: readonly AllowedContent[];
}

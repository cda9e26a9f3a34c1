import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import ts from 'typescript';

import { arrayAt, isObject, valueAt } from '../../src/domain/core/json-object.ts';

/** A text of a source file with a word that the rules of Vale refuse. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly word: string;
}

/** Texts of a TypeScript source that people may read: literals and templates of more than one word. */
export function findWords(file: string, source: string): readonly Finding[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    const word = text === undefined ? undefined : bannedWord(text);
    if (text !== undefined && word !== undefined)
      findings.push({ file, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1, text, word });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return findings;
}

/** The text of a literal, with … for each value of a template; undefined for other nodes and for single words. */
function textOf(node: ts.Node): string | undefined {
  const text = ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')
    : ts.isStringLiteralLike(node)
      ? node.text
      : undefined;
  return text?.includes(' ') === true ? text : undefined;
}

function bannedWord(text: string): string | undefined {
  return patterns.map((pattern) => pattern.exec(text)?.[0]).find((word) => word !== undefined);
}

const patterns = [...readWords(), ...readTokens()].map((pattern) => new RegExp(pattern, 'i'));

function readWords(): readonly string[] {
  const words = valueAt(readRule('Words'), 'swap');
  return isObject(words) ? Object.keys(words).map((word) => `\\b(?:${word})\\b`) : [];
}

function readTokens(): readonly string[] {
  return arrayAt(readRule('IsNo'), 'tokens').map(String);
}

function readRule(name: string): unknown {
  return load(readFileSync(`.vale/styles/CraneTasks/${name}.yml`, 'utf8'));
}

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

/** Texts of a TypeScript source that people may read: comments, and literals and templates of more than one word. */
export function findWords(file: string, source: string): readonly Finding[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  // A docstring and an empty list before the same token have the same comment.
  const texts = new Map([...textsIn(tree, tree)].map(({ text, start }) => [start, text]));
  return [...texts].flatMap(([start, text]) => {
    const word = bannedWord(text);
    return word === undefined ? [] : [{ file, line: tree.getLineAndCharacterOfPosition(start).line + 1, text, word }];
  });
}

/** Exported names of a TypeScript source whose words, as in `stays behind` for `staysBehind`, the rules of Vale refuse. */
export function findNames(file: string, source: string): readonly Finding[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  return tree.statements.filter(isExported).flatMap((statement) =>
    namesOf(statement, tree).flatMap(({ text, start }) => {
      const word = bannedWord(text.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' '));
      return word === undefined ? [] : [{ file, line: tree.getLineAndCharacterOfPosition(start).line + 1, text, word }];
    }),
  );
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function namesOf(statement: ts.Statement, tree: ts.SourceFile): readonly Text[] {
  const declarations = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
  return declarations.flatMap((declaration) => {
    const name = ts.getNameOfDeclaration(declaration as ts.Declaration);
    return name === undefined ? [] : [{ text: name.getText(tree), start: name.getStart(tree) }];
  });
}

interface Text {
  readonly text: string;
  readonly start: number;
}

function* textsIn(node: ts.Node, tree: ts.SourceFile): Generator<Text> {
  const text = textOf(node);
  if (text !== undefined) yield { text, start: node.getStart(tree) };
  const children = node.getChildren(tree);
  if (children.length === 0) yield* commentsAt(node, tree.text);
  for (const child of children) yield* textsIn(child, tree);
}

/** Comments before a token, and those after it on its line. */
function commentsAt(token: ts.Node, source: string): readonly Text[] {
  const before = ts.getLeadingCommentRanges(source, token.getFullStart());
  const after = ts.getTrailingCommentRanges(source, token.getEnd());
  return [...(before ?? []), ...(after ?? [])].map(({ pos, end }) => ({ text: source.slice(pos, end), start: pos }));
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

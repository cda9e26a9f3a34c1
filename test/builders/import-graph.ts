import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Imports of each source file: relative ones as paths from the root, packages and `node:` modules by name. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Reads all imports below a folder, types and dynamic imports too. */
export function readImports(root: string, pattern: string): ImportGraph {
  const files = globSync(pattern, { cwd: root }).sort();
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(path.join(root, file), 'utf8'))]));
}

function importsOf(file: string, text: string): readonly string[] {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return names.map((name) => (name.startsWith('.') ? path.join(path.dirname(file), name) : name));
}

/** The same graph between the folders of the files; imports within a folder and of packages are left out. */
export function folderGraph(files: ImportGraph): ImportGraph {
  const folders = new Map<string, Set<string>>();
  for (const [file, imports] of files) {
    const folder = path.dirname(file);
    const others = folders.get(folder) ?? new Set();
    folders.set(folder, others);
    for (const other of imports.filter((name) => files.has(name)).map((name) => path.dirname(name)))
      if (other !== folder) others.add(other);
  }
  return new Map([...folders].map(([folder, others]) => [folder, [...others]]));
}

/** Groups of nodes that import each other, directly or through others: Tarjan's strongly connected components. */
export function cyclesOf(graph: ImportGraph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) low.set(node, Math.min(low.get(node) ?? own, visit(next)));
      else if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? own, index.get(next) ?? own));
    }
    if (low.get(node) === own) {
      const members = stack.splice(stack.indexOf(node));
      if (members.length > 1) cycles.push(members.sort());
    }
    return low.get(node) ?? own;
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return cycles;
}

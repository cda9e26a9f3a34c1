/** Packages that the pod of a scene installs, by where pip puts them, with their versions in `/opt/wheels`. */
export const installedPackages = {
  /** In the claim that is mounted at `/app-library`; wrapt has a compiled module, tabulate a console script. */
  library: { tabulate: '0.10.0', wrapt: '2.5.2' },
  /** In the container's own file system. */
  container: { inflection: '0.5.1' },
  /** In `~/.local`. */
  home: { humanize: '4.17.0' },
} as const;

/** Variables whose values the notebook prints. */
const printedVariables = ['COURSE', 'COURSE_TITLE', 'PYTHONPATH'];
/** Variables of which the notebook only says whether they are set. */
const secretVariables = ['API_KEY', 'DATABASE_URL', 'DB_PASSWORD', 'JUPYTERHUB_API_TOKEN', 'JUPYTER_TOKEN'];

const packageNames = Object.values(installedPackages).flatMap((packages) => Object.keys(packages));

/** Code that prints the proof of a server as one line of JSON; `parseProof` reads it. */
export const proofCode = `import importlib, importlib.metadata, json, os, pathlib, subprocess

def version(name):
    try:
        importlib.import_module(name)
        return importlib.metadata.version(name)
    except ImportError:
        return None

def table():
    script = pathlib.Path("/app-library/bin/tabulate")
    return subprocess.run([script], input="1 2", capture_output=True, text=True).stdout if script.exists() else None

data = pathlib.Path("/files/data/points.csv")
print(json.dumps({
    "packages": {name: version(name) for name in ${JSON.stringify(packageNames)}},
    "variables": {name: os.environ.get(name) for name in ${JSON.stringify(printedVariables)}},
    "secrets": [name for name in ${JSON.stringify(secretVariables)} if name in os.environ],
    "script": table(),
    "points": data.read_text() if data.exists() else None,
}))
`;

/** What a notebook server proves about its container. Null: what is not there. */
export interface Proof {
  /** Versions of the packages that can be imported. */
  readonly packages: Readonly<Record<string, string | null>>;
  readonly variables: Readonly<Record<string, string | null>>;
  /** Names of secret variables that are set. */
  readonly secrets: readonly string[];
  /** What a console script of the library area prints. */
  readonly script: string | null;
  /** A data file of the workspace. */
  readonly points: string | null;
}

/** Reads what `proofCode` printed. */
export function parseProof(text: string): Proof {
  return JSON.parse(text) as Proof;
}

export interface NotebookCell {
  readonly cell_type: 'code' | 'markdown';
  readonly source: string;
  readonly outputs?: readonly object[];
  readonly attachments?: object;
}

/** The text of a notebook in format 4.5 of nbformat. */
export function notebookText(cells: readonly NotebookCell[]): string {
  const full = cells.map((cell, index) => ({
    id: `cell-${String(index)}`,
    metadata: {},
    ...(cell.cell_type === 'code' ? { execution_count: null, outputs: [] } : {}),
    ...cell,
  }));
  const metadata = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } };
  return `${JSON.stringify({ cells: full, metadata, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}

/** The notebook in the workspace of a scene: it prints the proof. */
export function analysisNotebook(): string {
  return notebookText([
    { cell_type: 'markdown', source: '# Analysis\n\nWhich packages and variables this server has.' },
    { cell_type: 'code', source: proofCode },
  ]);
}

/** Folders of the container's own file system that are not content, with the reason for people. */
export const systemFolders: readonly { readonly path: string; readonly reason: string }[] = [
  ...['/proc', '/sys', '/dev'].map((path) => ({ path, reason: 'made by the kernel' })),
  ...['/run', '/var/run', '/tmp', '/var/tmp', '/var/lock'].map((path) => ({ path, reason: 'temporary files' })),
  ...['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/mtab'].map((path) => ({
    path,
    reason: 'written for each container',
  })),
  { path: '/var/cache', reason: 'caches' },
  { path: '/var/log', reason: 'logs' },
];

/** Home folders by convention. They are left out even if HOME names another folder. */
export const conventionalHomes: readonly string[] = ['/home', '/root'];

/** Personal files of a user whose HOME is `/`: a user id without an entry in /etc/passwd, as on OpenShift. */
export const personalNames: readonly string[] = [
  ...['.aws', '.azure', '.bash_history', '.cache', '.config', '.docker', '.gitconfig', '.git-credentials', '.gnupg'],
  ...['.ipython', '.jupyter', '.kube', '.local', '.netrc', '.npm', '.npmrc', '.pypirc', '.python_history', '.ssh'],
];

/** Names below HOME of folders that package managers and editors install into. Which of them exist is found out. */
export const homePackageFolders: readonly string[] = [
  ...['.local/lib', '.local/bin', '.local/share/jupyter', '.local/share/code-server/extensions'],
  ...['.vscode-server/extensions', '.julia/packages', '.npm-global', '.gem', '.cargo/bin', 'R', '.R/library'],
];

const packageWord =
  /^(?:app[-_]?)?(?:lib|libs|library|libraries|site-packages|dist-packages|site-library|packages|pkgs|conda|miniconda3?|anaconda3?|miniforge3?|mambaforge|venvs?|\.venv|virtualenvs?|envs?|node_modules|extensions|plugins|addons|gems|opt)$/i;
const dataRoots = ['/var', '/srv', '/mnt', '/data', '/media'];

/** Whether the path of a mount looks like that of installed packages, such as `/app-library` and `/opt/conda`. */
export function looksLikeLibrary(path: string): boolean {
  if (dataRoots.some((root) => path === root || path.startsWith(`${root}/`))) return false;
  return path.startsWith('/usr/') || path.split('/').some((part) => packageWord.test(part));
}

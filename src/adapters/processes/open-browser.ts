import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { childEnvironment } from './child-environment.ts';
import { startProgram } from './start-program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens a link in the browser of the user. Others on the computer can read the arguments of a program, so the link is in
 * a file that only the user can read, which is removed with the folder.
 * @returns removes the file
 */
export async function openBrowser(link: string, environment: Environment): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-tasks-wizard-'));
  const file = join(folder, 'open.html');
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${link}"><title>crane-tasks</title>`;
  await writeFile(file, page, { mode: 0o600 });
  const url = pathToFileURL(file).href;
  const [program, ...args] =
    platform() === 'darwin' ? (['open', url] as const) : (['setsid', '--fork', 'xdg-open', url] as const);
  const named = ['HOME', 'PATH', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'XDG_CURRENT_DESKTOP', 'XAUTHORITY'];
  const start = {
    program,
    args,
    environment: childEnvironment(environment, [...named, 'DBUS_SESSION_BUS_ADDRESS', 'BROWSER']),
  };
  // Without a browser there is still the printed link. The browser continues after this program.
  startProgram({ ...start, stderr: 'ignore', killDelay: 1000, leavesOthers: true }).stdout.destroy();
  return () => rm(folder, { recursive: true, force: true });
}

import { join } from 'node:path';

import { goProgramsOf, makeImageFiles, readAll } from './images/image-files.ts';

/** Lays out the files of an image where images/task-runner/Dockerfile has collected its parts. */
async function make([image = '', parts = '', folder = '']: readonly string[]): Promise<void> {
  await makeImageFiles(folder, image, {
    packages: await readAll(join(parts, 'packages')),
    goPrograms: goProgramsOf(image).map((program) => join(parts, program)),
    nodeLicence: join(parts, 'node/LICENSE'),
  });
}

await make(process.argv.slice(2));

import type { CodeTexts } from './code-texts.ts';
import { applications } from './de/applications.ts';
import { checks } from './de/checks.ts';
import { errors } from './de/errors.ts';
import { fixes } from './de/fixes.ts';
import { images } from './de/images.ts';
import { objects } from './de/objects.ts';

export const codes: CodeTexts = { errors, fixes, reasons: { ...applications, ...checks, ...images, ...objects } };

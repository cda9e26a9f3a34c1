import { errorReasons } from '../../../../src/domain/reports/error-reasons.ts';
import { reasons } from '../../../../src/domain/reports/reasons.ts';
import type { CodeTexts } from './code-texts.ts';
import { fixes } from './en/fixes.ts';
import { serverErrors } from './en/server-errors.ts';

export const codes: CodeTexts = { errors: { ...errorReasons, ...serverErrors }, fixes, reasons };

import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { NumberedLine } from './use-log.ts';

interface LogLinesProps {
  readonly label: string;
  readonly lines: readonly NumberedLine[];
  /** How many of them there are; the array may grow meanwhile. */
  readonly count: number;
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
  readonly isFollowing: boolean;
  readonly setFollowing: (isFollowing: boolean) => void;
  /** Number of the line to show; 0: none. */
  readonly marked: number;
  readonly search: string;
  readonly linkOf: (line: number) => string;
  readonly onLink: () => void;
}

const lineHeight = 24;
/** Pixels from the end that count as the end. */
const nearEnd = 8;

/** The lines of a log, of which only those in sight are drawn. */
export function LogLines(props: LogLinesProps) {
  const { label, lines, count, isWrapped, isFollowing, setFollowing, marked } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 10,
  });
  const toEnd = useCallback(() => {
    if (count > 0) virtual.scrollToIndex(count - 1, { align: 'end' });
  }, [count, virtual]);
  useEffect(() => {
    if (isFollowing) toEnd();
  }, [isFollowing, toEnd]);
  useEffect(() => virtual.measure(), [isWrapped, virtual]);
  const markedIndex = marked === 0 ? -1 : lines.findIndex(({ number }) => number === marked);
  useEffect(() => {
    if (markedIndex >= 0) virtual.scrollToIndex(markedIndex, { align: 'center' });
  }, [markedIndex, virtual]);
  useScrollUp(box, () => setFollowing(false));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'End') return;
    event.preventDefault();
    setFollowing(true);
    toEnd();
  };
  const items = virtual.getVirtualItems();
  return (
    <div ref={box} className="wizard-log" role="log" aria-live="off" aria-label={label} tabIndex={0} onKeyDown={onKeyDown}>
      <div className="wizard-log-all" style={{ height: virtual.getTotalSize() }}>
        <ol className={isWrapped ? 'wizard-log-lines wizard-log-wrapped' : 'wizard-log-lines'} style={{ transform: `translateY(${String(items[0]?.start ?? 0)}px)` }}>
          {items.map(({ index }) => {
            const found = lines[index];
            return found === undefined ? null : <LogLine key={found.number} {...props} {...found} index={index} measure={virtual.measureElement} />;
          })}
        </ol>
      </div>
    </div>
  );
}

/** Calls back when the user scrolls away from the end; the programs' own scrolling goes down only. */
function useScrollUp(box: React.RefObject<HTMLDivElement>, onUp: () => void): void {
  const latest = useRef(onUp);
  useEffect(() => {
    latest.current = onUp;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let top = element.scrollTop;
    const onScroll = (): void => {
      const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - nearEnd;
      if (element.scrollTop < top && !isAtEnd) latest.current();
      top = element.scrollTop;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [box]);
}

interface LogLineProps extends LogLinesProps, NumberedLine {
  readonly index: number;
  readonly measure: (element: HTMLElement | null) => void;
}

function LogLine({ number, line, index, measure, hasTimes, marked, search, linkOf, onLink }: LogLineProps) {
  const { t } = useTranslation();
  const { time, level, text, left } = line;
  const className = number === marked ? 'wizard-log-line wizard-log-marked' : 'wizard-log-line';
  return (
    <li ref={measure} data-index={index} className={className} value={number}>
      <Link to={linkOf(number)} onClick={onLink} aria-label={t('run.lineLink', { number })} className="wizard-log-number">
        {number}
      </Link>
      {hasTimes && <span className="wizard-log-time">{time}</span>}
      {level !== undefined && level !== 'info' && <strong className={`wizard-log-${level}`}>{level.toUpperCase()}</strong>}
      <span className="wizard-log-text" dir="ltr">
        <span lang="en">
          <Found text={text} search={search} />
        </span>
        {left > 0 && <em> {t('run.cut', { left })}</em>}
      </span>
    </li>
  );
}

/** A text in which what was searched for is marked. */
function Found({ text, search }: { readonly text: string; readonly search: string }) {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + search.length)}</mark>
      {text.slice(at + search.length)}
    </>
  );
}

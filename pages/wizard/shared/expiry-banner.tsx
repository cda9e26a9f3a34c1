import { Banner } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { SessionAnswer } from '../../../src/wizard/api/session.ts';
import { get } from '../http/client.ts';
import { formatTime } from './format.ts';

const early = 10 * 60_000;
const interval = 15_000;

/** Says ten minutes before that the session ends. */
export function ExpiryBanner() {
  const { t, i18n } = useTranslation();
  const [now, setNow] = useState(Date.now);
  const { data } = useQuery({ queryKey: ['session'], queryFn: () => get<SessionAnswer>('/session') });
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, []);
  const isSoon = data?.state === 'signed-in' && Date.parse(data.expiresAt) - now < early;
  return (
    <div role="status">
      {isSoon && <Banner status="warning">{t('expiry', { time: formatTime(data.expiresAt, i18n.language) })}</Banner>}
    </div>
  );
}

import { useEffect, useState } from 'react';

import { Skeleton, Stack, StackItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

const widths = ['35%', '75%', '60%'];

/** Shorter waits show nothing, so that the page does not flicker. */
const shortestMilliseconds = 300;

/** Stands in the place of what is being loaded. */
export function Loading() {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), shortestMilliseconds);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={t('loading')}>
      {isShown && (
        <Stack hasGutter>
          {widths.map((width) => (
            <StackItem key={width}>
              <Skeleton width={width} />
            </StackItem>
          ))}
        </Stack>
      )}
    </div>
  );
}

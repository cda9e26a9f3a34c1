import { Alert as PatternFlyAlert, type AlertProps } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

type Props = AlertProps & { readonly variant: NonNullable<AlertProps['variant']> };

/** An alert whose kind, which only screen readers read, is in the language of the page. */
export function Alert(props: Props) {
  const { t } = useTranslation();
  return <PatternFlyAlert {...props} variantLabel={t(`alerts.${props.variant}`)} />;
}

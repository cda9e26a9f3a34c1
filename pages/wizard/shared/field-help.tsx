import { FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core';

interface FieldHelpProps {
  /** To which `aria-describedby` of the field refers. */
  readonly id: string;
  readonly text: string;
}

/** What is said below a field. */
export function FieldHelp({ id, text }: FieldHelpProps) {
  return (
    <FormHelperText>
      <HelperText id={id}>
        <HelperTextItem>{text}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}

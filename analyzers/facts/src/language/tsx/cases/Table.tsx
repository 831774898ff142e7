import React, { useState } from 'react';

interface Props {
  rows: readonly string[];
  wide?: boolean;
}

export function Table({ rows, wide }: Props): JSX.Element {
  const [open, setOpen] = useState<number | null>(null);
  if (rows.length === 0) {
    return <p>{'// nothing {yet}'}</p>;
  }
  return (
    <table className={wide ? 'wide' : 'narrow'}>
      {rows.map((row, index) => (
        <tr key={index} onClick={() => setOpen(open === index ? null : index)}>
          {open === index && wide && <td>{row}</td>}
        </tr>
      ))}
    </table>
  );
}

export const Filter = (props: { text: string; onChange(text: string): void }) => {
  function clean(text: string): string {
    for (const bad of ['<', '>']) {
      if (text.includes(bad) || text === '') {
        return '';
      } else {
        text = text.trim();
      }
    }
    return text;
  }
  return <input value={clean(props.text)} onChange={(event) => props.onChange(event.target.value)} />;
};

export class Counter extends React.Component<{ start: number }> {
  state = { count: this.props.start };

  step = (by: number): void => {
    this.setState({ count: by > 0 ? by : 0 });
  };

  render() {
    return <button onClick={() => this.step(1)}>{this.state.count}</button>;
  }
}

/** Paths of 16 px icons, drawn with a line of 1.5 px in the colour of the text. */
const paths = {
  campaigns: 'M2.5 8.2 13.5 3l-2.8 10.2-2.8-3.8-5.4-1.200ZM7.9 9.4 13.5 3',
  inbox: 'M2.5 9h3l1 2h3l1-2h3M2.5 9l2-5.500h7l2 5.500v3.500h-11V9Z',
  senders: 'M2.5 4h11v8.500h-11V4Zm0 .500L8 9l5.5-4.5',
  suppressions: 'M8 2.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM4.2 4.200l7.6 7.6',
  settings: 'M3 4.500h4m3.5 0H13M3 11.500h2.500m3.5 0h4M8.7 2.700v3.600M7.2 9.700v3.6',
  rehearsals: 'M8 2.500a5.5 5.5 0 1 1-5.2 3.700M2.5 3v3.300h3.300M8 5v3.200l2.2 1.5',
  search: 'M7 2.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8 3.2 3.2',
  plus: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8m0-8-8 8',
  check: 'm3 8.5 3.3 3.300L13 4.5',
  down: 'm4 6 4 4 4-4',
  right: 'm6 4 4 4-4 4',
  left: 'm10 4-4 4 4 4',
  up: 'm4 10 4-4 4 4',
  play: 'M5 3.200v9.600L12.5 8 5 3.200Z',
  pause: 'M5.5 3.500v9m5-9v9',
  clock: 'M8 2.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5v3.200l2.2 1.5',
  held: 'M8 2.8 14 13H2L8 2.800Zm0 3.900v3M8 11.300v.200',
  rests: 'M12.8 9.800A5.5 5.5 0 1 1 6.2 3.200a4.5 4.5 0 0 0 6.6 6.600Z',
  over: 'M3 8h10',
  runs: 'm3 8.5 3.3 3.300L13 4.5',
  mail: 'M2.5 4h11v8.500h-11V4Zm0 .500L8 9l5.5-4.5',
  upload: 'M8 10.500v-8M4.8 5.7 8 2.500l3.2 3.200M2.5 10.500v3h11v-3',
  bin: 'M2.8 4.500h10.400M6.5 4.500v-2h3v2m2.5 0-.500 9h-7l-.500-9',
  more: 'M3.5 8h.010M8 8h.010m4.490 0h.010',
  menu: 'M2.5 4.500h11m-11 3.500h11m-11 3.500h11',
  skip: 'M3.5 3.500v9L9 8 3.5 3.500ZM12 3.500v9',
  out: 'M6.5 2.500h-4v11h4M7 8h6.500m-2.7-3 2.9 3-2.9 3',
  key: 'M9.8 2.500a3.7 3.7 0 1 1-2.1 6.700L3 13.500H2.500V12l4.3-4.300a3.7 3.7 0 0 1 3-5.200Z',
} as const;

export type IconName = keyof typeof paths;

/** An icon beside a word; it says nothing of its own. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

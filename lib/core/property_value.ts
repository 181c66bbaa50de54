/** What a property list may hold, as far as jobs of launchd need it. Numbers are whole. */
export type PropertyValue =
  | string
  | number
  | boolean
  | readonly PropertyValue[]
  | PropertyMap;

/** A dictionary of a property list; its keys keep their order. */
export interface PropertyMap {
  /** Each key and its value. */
  readonly [key: string]: PropertyValue;
}

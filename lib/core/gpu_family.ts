/** Generation of an Apple chip, by its GPU. */
export interface GpuFamily {
  /** e.g. `M4`. */
  readonly name: string;
  /** Number in the driver's names, e.g. 16 in `applegpu_g16s` and `AGXAcceleratorG16X`. */
  readonly generation: number;
}

// The types are all that a framework needs; the tag itself comes from "@omla/widget/define".
export {};

export { type Recommendation, type RecommendOptions, recommend } from './recommend.ts'

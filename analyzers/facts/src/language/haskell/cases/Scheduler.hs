{-# LANGUAGE LambdaCase #-}
{-# LANGUAGE MultiWayIf #-}

-- | Plans jobs on machines.
module Scheduler
  ( Job (..)
  , plan
  , classify
  ) where

import qualified Data.Map as Map
import Data.List (sortBy, foldl')

-- | A piece of work.
data Job = Job
  { jobName :: String
  , jobCost :: Int
  }
  deriving (Show, Eq)

data Priority = Low | Normal | High

newtype Machine = Machine Int

type Plan = Map.Map Int [Job]

class Costly a where
  -- | What it costs.
  cost :: a -> Int
  cheap :: a -> Bool
  cheap x = cost x < 10

instance Costly Job where
  cost job
    | jobCost job < 0 = 0
    | otherwise = jobCost job

limit :: Int
limit = 100

-- | How heavy a job is.
classify :: Job -> Priority
classify job
  | c > 50 && c < limit || jobName job == "boss" = High
  | c > 10 = if even c then Normal else Low
  | otherwise = Low
  where
    c = cost job

{- | Adds up, {- nested -} twice. -}
total :: [Int] -> Int
total [] = 0
total (x : xs) = x + total xs

describe :: Priority -> Int -> String
describe Low 0 = "nothing -- not a comment"
describe Low _ = "low"
describe Normal n
  | n > 3 = "many"
  | otherwise = "some"
describe High _ = "high {- still a string -}"

plan :: [Job] -> Int -> Plan
plan jobs machines = foldl' place Map.empty sorted
  where
    sorted = sortBy (\a b -> compare (cost b) (cost a)) jobs
    place acc job =
      let machine = pick acc
       in Map.insertWith (++) machine [job] acc
    pick acc = snd (minimum [(load m, m) | m <- [1 .. machines], m > 0])
      where
        load m = case Map.lookup m acc of
          Nothing -> 0
          Just js
            | null js -> 0
            | otherwise -> sum (map cost js)

parse :: String -> Either String Job
parse line = case words line of
  [name, n] -> Right (Job name (read n))
  [name] | not (null name) -> Right (Job name 1)
  _ -> Left ("cannot read " ++ show line)

size :: Job -> String
size job =
  if | cost job > 90 -> "huge"
     | cost job > 9, jobName job /= "" -> "big"
     | otherwise -> "small"

signOf :: Int -> Int
signOf n = if n < 0 then -1 else if n == 0 then 0 else 1

render :: Maybe Job -> String
render = \case
  Nothing -> ""
  Just job -> jobName job

main :: IO ()
main = do
  text <- getContents
  let jobs = [job | Right job <- map parse (lines text)]
      report job = do
        putStrLn (jobName job)
        if cost job > limit then putStrLn "too much" else return ()
  mapM_ report jobs
  if null jobs
    then putStrLn "no jobs"
    else do
      let n = length jobs
      case n of
        1 -> putStrLn "one job"
        _ -> print n

(** Accounts and transfers. *)

open Printf

(** Raised when an account runs dry. *)
exception Overdrawn of string

type currency = Euro | Dollar | Other of string

type account = { owner : string; mutable balance : int; currency : currency }

type ledger = account list

let limit = 1_000

(** The sign of a currency. *)
let sign = function
  | Euro -> "€"
  | Dollar -> "$"
  | Other name when String.length name > 3 -> String.sub name 0 3
  | Other name -> name

(* A comment with "a string (* inside" and (* a nested comment *) *)
let describe ?(verbose = false) account =
  if account.balance < 0 && not verbose then "overdrawn"
  else if account.balance = 0 || (verbose && account.owner = "") then "empty (* no comment *)"
  else begin
    let text = sprintf "%s%d" (sign account.currency) account.balance in
    if verbose then account.owner ^ ": " ^ text else text
  end

let rec sum = function [] -> 0 | account :: rest -> account.balance + sum rest

let withdraw account amount =
  if amount > limit then invalid_arg "too much";
  if account.balance < amount then raise (Overdrawn account.owner);
  account.balance <- account.balance - amount

let transfer source target amount =
  try
    withdraw source amount;
    target.balance <- target.balance + amount;
    Ok ()
  with
  | Overdrawn owner -> Error (owner ^ " is overdrawn")
  | Invalid_argument reason when reason <> "" ->
    if amount > 2 * limit then Error "far " else Error reason
  | Failure _ -> Error "failed"

let find accounts owner =
  let rec go index = function
    | [] -> None
    | account :: rest -> if account.owner = owner then Some index else go (index + 1) rest
  in
  go 0 accounts

let interest accounts rate =
  let table = Hashtbl.create 16 in
  for year = 1 to 10 do
    List.iter
      (fun account ->
        match account.currency with
        | Euro | Dollar -> Hashtbl.replace table account.owner (year * rate)
        | Other _ -> ())
      accounts;
    let left = ref year in
    while !left > 0 && Hashtbl.length table > 0 do
      decr left
    done
  done;
  table

module type STORE = sig
  type t

  val empty : t
  val add : t -> account -> t
end

(** Keeps accounts in a list. *)
module List_store : STORE = struct
  type t = account list

  let empty = []
  let add store account = if List.memq account store then store else account :: store
end

class counter start =
  object (self)
    val mutable count = start
    method get = count

    method step by =
      if by < 0 then failwith "backwards";
      count <- count + by;
      self#get
  end

let classify = fun amount -> match amount with
  | 0 -> "zero"
  | n when n < 0 -> "negative"
  | _ -> "positive"

let () =
  let accounts = [ { owner = "Ann"; balance = 5; currency = Euro } ] in
  match find accounts "Ann" with
  | Some index -> printf "%d %s\n" index (classify (sum accounts))
  | None -> print_endline "nobody"

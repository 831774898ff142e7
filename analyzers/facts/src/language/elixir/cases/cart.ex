defmodule Shop.Cart do
  @moduledoc """
  A shopping cart.
  """

  alias Shop.{Item, Price}
  import Enum, only: [sum: 1]
  use GenServer
  require Logger

  @max_items 50

  defstruct items: [], owner: nil

  @doc """
  Puts an item into the cart.

      iex> add(cart, item)
  """
  @spec add(t, Item.t(), integer) :: {:ok, t} | {:error, atom}
  def add(cart, item, count \\ 1)

  def add(_cart, _item, count) when count <= 0, do: {:error, :count}

  def add(cart, item, count) do
    if length(cart.items) + count > @max_items and not cart.unlimited do
      {:error, :full}
    else
      {:ok, %{cart | items: [{item, count} | cart.items]}}
    end
  end

  # Adds up what is in the cart: "no string" here.
  defp total([]), do: 0
  defp total([{item, count} | rest]), do: item.price * count + total(rest)

  @doc "What shipping costs."
  def shipping(cart, country) do
    case country do
      :de -> 5
      c when c in [:at, :ch] -> 9
      _ -> if total(cart.items) > 100, do: 0, else: 20
    end
  end

  def label(weight) do
    cond do
      weight > 30 -> "freight"
      weight > 10 || weight == :heavy -> "parcel #{round(weight)} kg"
      true -> "letter # not a comment"
    end
  end

  def checkout(cart, user) do
    with {:ok, address} <- fetch_address(user),
         {:ok, payment} <- pay(user, total(cart.items)) do
      {:ok, address, payment}
    else
      {:error, :declined} -> {:error, :payment}
      {:error, reason} when is_atom(reason) -> {:error, reason}
      _ -> {:error, :unknown}
    end
  end

  def import_file(path) do
    try do
      rows = File.stream!(path)

      for row <- rows, row != "" do
        unless String.starts_with?(row, "#"), do: parse(row)
      end
    rescue
      e in File.Error ->
        Logger.error("cannot read #{path}: #{inspect(e)}")
        raise "unreadable"

      ArgumentError ->
        nil
    catch
      :exit, _ -> throw(:stopped)
    after
      Logger.flush()
    end
  end

  def parse(row) do
    row
    |> String.split(",")
    |> Enum.map(fn field ->
      if field == "" && row != "", do: nil, else: String.trim(field)
    end)
    |> Enum.reject(fn
      nil -> true
      "-" -> true
      _ -> false
    end)
  rescue
    _ -> []
  end

  @impl true
  def handle_call(:wait, _from, state) do
    receive do
      {:done, result} -> {:reply, result, state}
      :cancel -> {:reply, nil, state}
    after
      1_000 -> {:reply, :timeout, state}
    end
  end

  def empty?, do: false

  defmacro debug(expression) do
    quote do
      IO.inspect(unquote(expression))
    end
  end
end

defprotocol Shop.Size do
  @doc "How big it is."
  def size(thing)
end

defimpl Shop.Size, for: Shop.Cart do
  def size(cart), do: length(cart.items)
end

defmodule Shop.CartTest do
  use ExUnit.Case

  test "an empty cart costs nothing" do
    assert Shop.Cart.shipping(%Shop.Cart{}, :de) == 5
  end
end
